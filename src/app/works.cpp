#include "app/works.h"

#include <array>

namespace arcadecam::app {

std::span<const CitedWork> works() {
  static constexpr std::array kWorks = std::to_array<CitedWork>({
      // clang-format off
    {"Adebayo et al. 2018", R"(@inproceedings{adebayo2018sanity,
  title = {Sanity Checks for Saliency Maps},
  author = {Adebayo, Julius and Gilmer, Justin and Muelly, Michael and Goodfellow, Ian and Hardt, Moritz and Kim, Been},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {31}, year = {2018}, eprint = {1810.03292}, archiveprefix = {arXiv}
})"},
    {"Adebayo et al. 2020", R"(@inproceedings{adebayo2020debugging,
  title = {Debugging Tests for Model Explanations},
  author = {Adebayo, Julius and Muelly, Michael and Liccardi, Ilaria and Kim, Been},
  booktitle = {Advances in Neural Information Processing Systems},
  year = {2020}, eprint = {2011.05429}, archiveprefix = {arXiv}
})"},
    {"Agarwal et al. 2022", R"(@misc{agarwal2022rethinking,
  title = {Rethinking Stability for Attribution-based Explanations},
  author = {Agarwal, Chirag and Johnson, Nari and Pawelczyk, Martin and Krishna, Satyapriya and Saxena, Eshika and Zitnik, Marinka and Lakkaraju, Himabindu},
  year = {2022}, eprint = {2203.06877}, archiveprefix = {arXiv}
})"},
    {"Alvarez-Melis & Jaakkola 2018", R"(@misc{alvarezmelis2018robustness,
  title = {On the Robustness of Interpretability Methods},
  author = {Alvarez-Melis, David and Jaakkola, Tommi S.},
  year = {2018}, eprint = {1806.08049}, archiveprefix = {arXiv}
})"},
    {"Alvarez-Melis & Jaakkola (NeurIPS 2018)", R"(@inproceedings{alvarezmelis2018towards,
  title = {Towards Robust Interpretability with Self-Explaining Neural Networks},
  author = {Alvarez-Melis, David and Jaakkola, Tommi S.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {31}, year = {2018}, eprint = {1806.07538}, archiveprefix = {arXiv}
})"},
    {"Ancona et al. 2018", R"(@inproceedings{ancona2018towards,
  title = {Towards better understanding of gradient-based attribution methods for Deep Neural Networks},
  author = {Ancona, Marco and Ceolini, Enea and {\"O}ztireli, Cengiz and Gross, Markus},
  booktitle = {International Conference on Learning Representations},
  year = {2018}, eprint = {1711.06104}, archiveprefix = {arXiv}
})"},
    {"Arras et al. 2022", R"(@article{arras2022clevrxai,
  title = {{CLEVR-XAI}: A benchmark dataset for the ground truth evaluation of neural network explanations},
  author = {Arras, Leila and Osman, Ahmed and Samek, Wojciech},
  journal = {Information Fusion},
  volume = {81}, pages = {14--40}, year = {2022}, doi = {10.1016/j.inffus.2021.11.008}
})"},
    {"Arya et al. 2019", R"(@misc{arya2019one,
  title = {One Explanation Does Not Fit All: A Toolkit and Taxonomy of {AI} Explainability Techniques},
  author = {Arya, Vijay and Bellamy, Rachel K. E. and Chen, Pin-Yu and Dhurandhar, Amit and Hind, Michael and Hoffman, Samuel C. and Houde, Stephanie and Liao, Q. Vera and Luss, Ronny and Mojsilovi{\'c}, Aleksandra and others},
  year = {2019}, eprint = {1909.03012}, archiveprefix = {arXiv}
})"},
    {"Atrey et al. 2020", R"(@inproceedings{atrey2020exploratory,
  title = {Exploratory Not Explanatory: Counterfactual Analysis of Saliency Maps for Deep Reinforcement Learning},
  author = {Atrey, Akanksha and Clary, Kaleigh and Jensen, David},
  booktitle = {International Conference on Learning Representations},
  year = {2020}, eprint = {1912.05743}, archiveprefix = {arXiv}
})"},
    {"Bach et al. 2015", R"(@article{bach2015lrp,
  title = {On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance Propagation},
  author = {Bach, Sebastian and Binder, Alexander and Montavon, Gr{\'e}goire and Klauschen, Frederick and M{\"u}ller, Klaus-Robert and Samek, Wojciech},
  journal = {PLOS ONE},
  volume = {10}, number = {7}, pages = {e0130140}, year = {2015}, doi = {10.1371/journal.pone.0130140}
})"},
    {"Bhatt et al. 2020", R"(@inproceedings{bhatt2020evaluating,
  title = {Evaluating and Aggregating Feature-based Model Explanations},
  author = {Bhatt, Umang and Weller, Adrian and Moura, Jos{\'e} M. F.},
  booktitle = {International Joint Conference on Artificial Intelligence},
  year = {2020}, doi = {10.24963/ijcai.2020/417}, eprint = {2005.00631}, archiveprefix = {arXiv}
})"},
    {"sadjava/fullgradpp_xai", R"(@misc{bikineyev2025fullgradpp,
  title = {{FullGrad++}: explaining {RL} agents in {Atari} games},
  author = {Bikineyev, Amir and Sadreddinov, Dzhavid},
  howpublished = {\url{https://github.com/sadjava/fullgradpp_xai}},
  year = {2025}
})"},
    {"Cai 2025", R"(@misc{cai2025shapleycam,
  title = {{CAMs} as {Shapley} Value-based Explainers},
  author = {Cai, Huaiguang},
  year = {2025}, eprint = {2501.06261}, archiveprefix = {arXiv}
})"},
    {"Chalasani et al. 2020", R"(@inproceedings{chalasani2020concise,
  title = {Concise Explanations of Neural Networks using Adversarial Training},
  author = {Chalasani, Prasad and Chen, Jiefeng and Chowdhury, Amrita Roy and Wu, Xi and Jha, Somesh},
  booktitle = {International Conference on Machine Learning},
  year = {2020}
})"},
    {"Chattopadhay et al. 2018", R"(@inproceedings{chattopadhay2018gradcampp,
  title = {{Grad-CAM++}: Generalized Gradient-Based Visual Explanations for Deep Convolutional Networks},
  author = {Chattopadhay, Aditya and Sarkar, Anirban and Howlader, Prantik and Balasubramanian, Vineeth N.},
  booktitle = {IEEE Winter Conference on Applications of Computer Vision},
  pages = {839--847}, year = {2018}, doi = {10.1109/WACV.2018.00097}, eprint = {1710.11063}, archiveprefix = {arXiv}
})"},
    {"Chung & Ying 2025", R"(@article{chung2025segeigencam,
  title = {{Seg-Eigen-CAM}: Eigen-Value-Based Visual Explanations for Semantic Segmentation Models},
  author = {Chung, C.-T. and Ying, J. J.-C.},
  journal = {Applied Sciences},
  volume = {15}, number = {13}, pages = {7562}, year = {2025}, doi = {10.3390/app15137562}
})"},
    {"Dasgupta et al. 2022", R"(@inproceedings{dasgupta2022framework,
  title = {Framework for Evaluating Faithfulness of Local Explanations},
  author = {Dasgupta, Sanjoy and Frost, Nave and Moshkovitz, Michal},
  booktitle = {International Conference on Machine Learning},
  year = {2022}, eprint = {2202.00734}, archiveprefix = {arXiv}
})"},
    {"Desai & Ramaswamy 2020", R"(@inproceedings{desai2020ablationcam,
  title = {{Ablation-CAM}: Visual Explanations for Deep Convolutional Network via Gradient-free Localization},
  author = {Desai, Saurabh and Ramaswamy, Harish G.},
  booktitle = {IEEE Winter Conference on Applications of Computer Vision},
  pages = {972--980}, year = {2020}, doi = {10.1109/WACV45572.2020.9093360}
})"},
    {"Domeniconi et al. 2026", R"(@misc{domeniconi2026refinecam,
  title = {How to Evaluate and Refine your {CAM}},
  author = {Domeniconi, Luca and Stramiglio, Alessandra and Lombardi, Michele and Salti, Samuele},
  year = {2026}, eprint = {2605.14641}, archiveprefix = {arXiv}
})"},
    {"Draelos & Carin 2020", R"(@misc{draelos2020hirescam,
  title = {Use {HiResCAM} instead of {Grad-CAM} for faithful explanations of convolutional neural networks},
  author = {Draelos, Rachel Lea and Carin, Lawrence},
  year = {2020}, eprint = {2011.08891}, archiveprefix = {arXiv}
})"},
    {"Erion et al. 2021", R"(@article{erion2021expected,
  title = {Improving performance of deep learning models with axiomatic attribution priors and expected gradients},
  author = {Erion, Gabriel and Janizek, Joseph D. and Sturmfels, Pascal and Lundberg, Scott M. and Lee, Su-In},
  journal = {Nature Machine Intelligence},
  volume = {3}, pages = {620--631}, year = {2021}, doi = {10.1038/s42256-021-00343-w}, eprint = {1906.10670}, archiveprefix = {arXiv}
})"},
    {"Fu et al. 2020", R"(@inproceedings{fu2020xgradcam,
  title = {Axiom-based {Grad-CAM}: Towards Accurate Visualization and Explanation of {CNNs}},
  author = {Fu, Ruigang and Hu, Qingyong and Dong, Xiaohu and Guo, Yulan and Gao, Yinghui and Li, Biao},
  booktitle = {British Machine Vision Conference},
  year = {2020}, eprint = {2008.02312}, archiveprefix = {arXiv}
})"},
    {"Fuad et al. 2020", R"(@inproceedings{fuad2020fem,
  title = {Features Understanding in {3D} {CNNs} for Actions Recognition in Video},
  author = {Fuad, Kazi Ahmed Asif and Martin, Pierre-Etienne and Giot, Romain and Bourqui, Romain and Benois-Pineau, Jenny and Zemmari, Akka},
  booktitle = {International Conference on Image Processing Theory, Tools and Applications},
  year = {2020}, note = {\url{https://hal.science/hal-02963298}}
})"},
    {"pytorch-grad-cam", R"(@misc{gildenblat2021pytorchgradcam,
  title = {{PyTorch} library for {CAM} methods},
  author = {Gildenblat, Jacob and contributors},
  howpublished = {\url{https://github.com/jacobgil/pytorch-grad-cam}},
  year = {2021}
})"},
    {"Greydanus et al. 2018", R"(@inproceedings{greydanus2018visualizing,
  title = {Visualizing and Understanding {Atari} Agents},
  author = {Greydanus, Samuel and Koul, Anurag and Dodge, Jonathan and Fern, Alan},
  booktitle = {International Conference on Machine Learning},
  year = {2018}, eprint = {1711.00138}, archiveprefix = {arXiv}
})"},
    {"Hedstroem et al. 2024", R"(@misc{hedstroem2024revisited,
  title = {Sanity Checks Revisited: An Exploration to Repair the Model Parameter Randomisation Test},
  author = {Hedstr{\"o}m, Anna and Weber, Leander and Lapuschkin, Sebastian and H{\"o}hne, Marina M.-C.},
  year = {2024}, eprint = {2401.06465}, archiveprefix = {arXiv}
})"},
    {"Huber, Schiller & André 2019", R"(@inproceedings{huber2019argmax,
  title = {Enhancing Explainability of Deep Reinforcement Learning Through Selective Layer-Wise Relevance Propagation},
  author = {Huber, Tobias and Schiller, Dominik and Andr{\'e}, Elisabeth},
  booktitle = {KI 2019: Advances in Artificial Intelligence},
  pages = {188--202}, year = {2019}, doi = {10.1007/978-3-030-30179-8_16}
})"},
    {"Huber et al. 2022", R"(@article{huber2022benchmarking,
  title = {Benchmarking Perturbation-Based Saliency Maps for Explaining {Atari} Agents},
  author = {Huber, Tobias and Limmer, Benedikt and Andr{\'e}, Elisabeth},
  journal = {Frontiers in Artificial Intelligence},
  volume = {5}, year = {2022}, doi = {10.3389/frai.2022.903875}, eprint = {2101.07312}, archiveprefix = {arXiv}
})"},
    {"Iyer et al. 2018", R"(@inproceedings{iyer2018transparency,
  title = {Transparency and Explanation in Deep Reinforcement Learning Neural Networks},
  author = {Iyer, Rahul and Li, Yuezhang and Li, Huao and Lewis, Michael and Sundar, Ramitha and Sycara, Katia},
  booktitle = {AAAI/ACM Conference on AI, Ethics, and Society},
  year = {2018}, eprint = {1809.06061}, archiveprefix = {arXiv}
})"},
    {"Jiang et al. 2021", R"(@article{jiang2021layercam,
  title = {{LayerCAM}: Exploring Hierarchical Class Activation Maps for Localization},
  author = {Jiang, Peng-Tao and Zhang, Chang-Bin and Hou, Qibin and Cheng, Ming-Ming and Wei, Yunchao},
  journal = {IEEE Transactions on Image Processing},
  volume = {30}, pages = {5875--5888}, year = {2021}, doi = {10.1109/TIP.2021.3089943}
})"},
    {"Judd et al. 2012", R"(@techreport{judd2012benchmark,
  title = {A Benchmark of Computational Models of Saliency to Predict Human Fixations},
  author = {Judd, Tilke and Durand, Fr{\'e}do and Torralba, Antonio},
  institution = {Massachusetts Institute of Technology},
  number = {MIT-CSAIL-TR-2012-001}, year = {2012}
})"},
    {"Karmani et al. 2024", R"(@misc{karmani2024kpcacam,
  title = {{KPCA-CAM}: Visual Explainability of Deep Computer Vision Models using Kernel {PCA}},
  author = {Karmani, Sachin and Sivakaran, Thanushon and Prasad, Gaurav and Ali, Mehmet and Yang, Wenbo and Tang, Sheyang},
  year = {2024}, eprint = {2410.00267}, archiveprefix = {arXiv}
})"},
    {"Lundberg & Lee 2017", R"(@inproceedings{lundberg2017shap,
  title = {A Unified Approach to Interpreting Model Predictions},
  author = {Lundberg, Scott M. and Lee, Su-In},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {30}, year = {2017}, eprint = {1705.07874}, archiveprefix = {arXiv}
})"},
    {"Montavon et al. 2019", R"(@incollection{montavon2019lrp,
  title = {Layer-Wise Relevance Propagation: An Overview},
  author = {Montavon, Gr{\'e}goire and Binder, Alexander and Lapuschkin, Sebastian and Samek, Wojciech and M{\"u}ller, Klaus-Robert},
  booktitle = {Explainable AI: Interpreting, Explaining and Visualizing Deep Learning},
  pages = {193--209}, year = {2019}, doi = {10.1007/978-3-030-28954-6_10}
})"},
    {"Muhammad & Yeasin 2020", R"(@inproceedings{muhammad2020eigencam,
  title = {{Eigen-CAM}: Class Activation Map using Principal Components},
  author = {Muhammad, Mohammed Bany and Yeasin, Mohammed},
  booktitle = {International Joint Conference on Neural Networks},
  year = {2020}, doi = {10.1109/IJCNN48605.2020.9206626}, eprint = {2008.00299}, archiveprefix = {arXiv}
})"},
    {"Nguyen & Martinez 2020", R"(@misc{nguyen2020quantitative,
  title = {On quantitative aspects of model interpretability},
  author = {Nguyen, An-phi and Rodr{\'i}guez Mart{\'i}nez, Mar{\'i}a},
  year = {2020}, eprint = {2007.07584}, archiveprefix = {arXiv}
})"},
    {"Petsiuk et al. 2018", R"(@inproceedings{petsiuk2018rise,
  title = {{RISE}: Randomized Input Sampling for Explanation of Black-box Models},
  author = {Petsiuk, Vitali and Das, Abir and Saenko, Kate},
  booktitle = {British Machine Vision Conference},
  year = {2018}, eprint = {1806.07421}, archiveprefix = {arXiv}
})"},
    {"Puri et al. 2020", R"(@inproceedings{puri2020sarfa,
  title = {Explain Your Move: Understanding Agent Actions Using Specific and Relevant Feature Attribution},
  author = {Puri, Nikaash and Verma, Sukriti and Gupta, Piyush and Kayastha, Dhruv and Deshmukh, Shripad and Krishnamurthy, Balaji and Singh, Sameer},
  booktitle = {International Conference on Learning Representations},
  year = {2020}, eprint = {1912.12191}, archiveprefix = {arXiv}
})"},
    {"Rong et al. 2022", R"(@inproceedings{rong2022road,
  title = {A Consistent and Efficient Evaluation Strategy for Attribution Methods},
  author = {Rong, Yao and Leemann, Tobias and Borisov, Vadim and Kasneci, Gjergji and Kasneci, Enkelejda},
  booktitle = {International Conference on Machine Learning},
  year = {2022}, eprint = {2202.00449}, archiveprefix = {arXiv}
})"},
    {"Selvaraju et al. 2017", R"(@inproceedings{selvaraju2017gradcam,
  title = {{Grad-CAM}: Visual Explanations from Deep Networks via Gradient-Based Localization},
  author = {Selvaraju, Ramprasaath R. and Cogswell, Michael and Das, Abhishek and Vedantam, Ramakrishna and Parikh, Devi and Batra, Dhruv},
  booktitle = {IEEE International Conference on Computer Vision},
  pages = {618--626}, year = {2017}, doi = {10.1109/ICCV.2017.74}, eprint = {1610.02391}, archiveprefix = {arXiv}
})"},
    {"Shrikumar et al. 2016", R"(@misc{shrikumar2016blackbox,
  title = {Not Just a Black Box: Learning Important Features Through Propagating Activation Differences},
  author = {Shrikumar, Avanti and Greenside, Peyton and Shcherbina, Anna and Kundaje, Anshul},
  year = {2016}, eprint = {1605.01713}, archiveprefix = {arXiv}
})"},
    {"Shrikumar, Greenside & Kundaje 2017", R"(@inproceedings{shrikumar2017deeplift,
  title = {Learning Important Features Through Propagating Activation Differences},
  author = {Shrikumar, Avanti and Greenside, Peyton and Kundaje, Anshul},
  booktitle = {International Conference on Machine Learning},
  year = {2017}, eprint = {1704.02685}, archiveprefix = {arXiv}
})"},
    {"Simonyan et al. 2014", R"(@misc{simonyan2014saliency,
  title = {Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps},
  author = {Simonyan, Karen and Vedaldi, Andrea and Zisserman, Andrew},
  note = {Workshop of the International Conference on Learning Representations},
  year = {2014}, eprint = {1312.6034}, archiveprefix = {arXiv}
})"},
    {"Sixt et al. 2020", R"(@inproceedings{sixt2020lie,
  title = {When Explanations Lie: Why Many Modified {BP} Attributions Fail},
  author = {Sixt, Leon and Granz, Maximilian and Landgraf, Tim},
  booktitle = {International Conference on Machine Learning},
  year = {2020}, eprint = {1912.09818}, archiveprefix = {arXiv}
})"},
    {"Sobel & Feldman 1968", R"(@misc{sobel1968operator,
  title = {A 3x3 Isotropic Gradient Operator for Image Processing},
  author = {Sobel, Irwin and Feldman, Gary},
  note = {Talk at the Stanford Artificial Intelligence Project},
  year = {1968}
})"},
    {"Springenberg et al. 2015", R"(@misc{springenberg2015striving,
  title = {Striving for Simplicity: The All Convolutional Net},
  author = {Springenberg, Jost Tobias and Dosovitskiy, Alexey and Brox, Thomas and Riedmiller, Martin},
  note = {Workshop of the International Conference on Learning Representations},
  year = {2015}, eprint = {1412.6806}, archiveprefix = {arXiv}
})"},
    {"Srinivas & Fleuret 2019", R"(@inproceedings{srinivas2019fullgrad,
  title = {Full-Gradient Representation for Neural Network Visualization},
  author = {Srinivas, Suraj and Fleuret, Fran{\c c}ois},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {32}, year = {2019}, eprint = {1905.00780}, archiveprefix = {arXiv}
})"},
    {"Sundararajan et al. 2017", R"(@inproceedings{sundararajan2017axiomatic,
  title = {Axiomatic Attribution for Deep Networks},
  author = {Sundararajan, Mukund and Taly, Ankur and Yan, Qiqi},
  booktitle = {International Conference on Machine Learning},
  year = {2017}, eprint = {1703.01365}, archiveprefix = {arXiv}
})"},
    {"Tursun et al. 2022", R"(@inproceedings{tursun2022sess,
  title = {{SESS}: Saliency Enhancing with Scaling and Sliding},
  author = {Tursun, Osman and Denman, Simon and Sridharan, Sridha and Fookes, Clinton},
  booktitle = {European Conference on Computer Vision},
  year = {2022}, eprint = {2207.01769}, archiveprefix = {arXiv}
})"},
    {"Wang et al. 2020", R"(@inproceedings{wang2020scorecam,
  title = {{Score-CAM}: Score-Weighted Visual Explanations for Convolutional Neural Networks},
  author = {Wang, Haofan and Wang, Zifan and Du, Mengnan and Yang, Fan and Zhang, Zijian and Ding, Sirui and Mardziel, Piotr and Hu, Xia},
  booktitle = {IEEE/CVF Conference on Computer Vision and Pattern Recognition Workshops},
  year = {2020}, eprint = {1910.01279}, archiveprefix = {arXiv}
})"},
    {"Yeh et al. 2019", R"(@inproceedings{yeh2019infidelity,
  title = {On the (In)fidelity and Sensitivity of Explanations},
  author = {Yeh, Chih-Kuan and Hsieh, Cheng-Yu and Suggala, Arun Sai and Inouye, David I. and Ravikumar, Pradeep},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {32}, year = {2019}, eprint = {1901.09392}, archiveprefix = {arXiv}
})"},
    {"Zeiler & Fergus 2014", R"(@inproceedings{zeiler2014visualizing,
  title = {Visualizing and Understanding Convolutional Networks},
  author = {Zeiler, Matthew D. and Fergus, Rob},
  booktitle = {European Conference on Computer Vision},
  year = {2014}, doi = {10.1007/978-3-319-10590-1_53}, eprint = {1311.2901}, archiveprefix = {arXiv}
})"},
    {"Zhang et al. 2018", R"(@article{zhang2018excitation,
  title = {Top-Down Neural Attention by Excitation Backprop},
  author = {Zhang, Jianming and Bargal, Sarah Adel and Lin, Zhe and Brandt, Jonathan and Shen, Xiaohui and Sclaroff, Stan},
  journal = {International Journal of Computer Vision},
  volume = {126}, pages = {1084--1102}, year = {2018}, doi = {10.1007/s11263-017-1059-x}
})"},
    {"Zhang et al. 2025", R"(@inproceedings{zhang2025finercam,
  title = {{Finer-CAM}: Spotting the Difference Reveals Finer Details for Visual Explanation},
  author = {Zhang, Ziheng and Gu, Jianyang and Chowdhury, Arpita and Mai, Zheda and Carlyn, David and Berger-Wolf, Tanya and Su, Yu and Chao, Wei-Lun},
  booktitle = {IEEE/CVF Conference on Computer Vision and Pattern Recognition},
  year = {2025}, eprint = {2501.11309}, archiveprefix = {arXiv}
})"},
      // clang-format on
  });
  return kWorks;
}

}  // namespace arcadecam::app
